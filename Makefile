# `make help` lists what there is. Everything runs without a database server.

.PHONY: help run test race race-test lint generate verify browser audit fuzz bench bench-feeds

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-11s %s\n", $$1, $$2}'

run: ## The demo, with invented people
	go run ./cmd/expex demo

test: ## All tests, on a PostgreSQL they start themselves
	go test ./...

race: ## All tests with the race detector
	go test -race ./...

race-test: ## Two processes under 10,000 random calls, and 500 who want one slot
	go test ./cmd/expex -run TwoProcessesKeepTheLaw -v -count=1 -timeout 30m -args -rush.calls 10000
	go test ./cmd/expex -run '^$$' -bench Booking -benchtime 1x

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

generate: ## Write graph/generated and resolver stubs from the schema
	go generate ./graph

verify: ## Fail when generated code is not what the schema makes
	sh .ci/verify-generated

browser: ## The pages in a real browser (needs Chromium and npm)
	sh .ci/browser

audit: ## The GraphQL-over-HTTP audits (needs npm)
	sh .ci/audit

fuzz: ## Half a minute of each fuzz target
	sh .ci/fuzz 30s

bench: ## The engine beside SQL on up to 200,000 experts, teams, HTTP, slots beside intervals
	go run ./bench
	go test -run '^$$' -bench 'BenchmarkTeams|BenchmarkSlots' -benchmem ./engine

bench-feeds: ## Calendar feeds beside the same octets as a file
	go test ./cmd/expex -run '^$$' -bench Feed -benchtime 1x

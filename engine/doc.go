// Package engine decides: who fits a request, why, why not, and when.
//
// It is pure. One snapshot goes in, one decision comes out; it reads no clock,
// no database, no environment and writes no prose. Its structs are the one
// vocabulary of this repository: the store scans into them, GraphQL binds to
// them, the calendar is filled from them. The words are those of the field (see
// the vocabulary in ARCHITECTURE.md): an ExpEx is an [Expert], a demand for one
// is a [Request], an appointment is a [Session].
//
// # The promise
//
//   - The same input gives the same output, byte for byte, whatever the order of
//     candidates, rows or map keys.
//   - A [Rule] excludes, a [Factor] scores; no weight turns one into the other.
//   - Scores are integers in basis points (0..10000). What is unknown is left
//     out and said to be unknown; it never counts as 0 or as 100.
//   - The explanation is the calculation: the points of the factors add up to
//     the score exactly.
//   - What a viewer may not know is absent from the input, never hidden from the
//     output afterwards.
//
// Instants are UTC; rules are wall time in [MatchInput.Zone]. Spans of time are
// half-open, [start, end).
package engine

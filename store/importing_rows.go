package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"github.com/lib/pq"

	"expex/engine"
	"expex/spreadsheet"
)

// importOrganisations writes the organisations without their links first: in
// between, a tree that is turned round would lie under itself.
func (t *Tx) importOrganisations(ctx context.Context, rows []spreadsheet.Organisation) error {
	first := rows[0].Source()
	set := had(first, map[string]string{"name": "naam", "type": "soort", "municipality": "gemeente", "postcode4": "postcode",
		"address": "adres", "address_visibility": "adres zichtbaar", "parent_id": "onderdeel van", "merged_into": "opgegaan in"})
	var houses, links []cells
	for _, o := range rows {
		houses = append(houses, cells{"import_key": o.Key, "name": o.Name, "type": o.Type, "municipality": orNull(string(o.Municipality)),
			"postcode4": o.Postcode4, "address": o.Address, "address_visibility": o.AddressVisibility, "parent_id": nil, "merged_into": nil})
		links = append(links, cells{"key": o.Key, "parent": o.Parent, "merged": o.MergedInto})
	}
	onConflict := replacing("import_key", set...)
	if !first.Has("adres zichtbaar") {
		onConflict += ", address_visibility = case excluded.address_visibility when 'SECRET' then 'SECRET' else organisation.address_visibility end"
	}
	if err := t.put(ctx, "organisation", houses, onConflict); err != nil {
		return err
	}
	if err := t.each(ctx, links, `
		update organisation o set
		    parent_id = case when $2 then p.id else o.parent_id end, merged_into = case when $3 then m.id else o.merged_into end
		from jsonb_to_recordset($1::jsonb) as x(key text, parent text, merged text)
		left join organisation p on p.import_key = x.parent left join organisation m on m.import_key = x.merged
		where o.import_key = x.key and (p.id is not null or m.id is not null)`,
		first.Has("onderdeel van"), first.Has("opgegaan in")); err != nil {
		return err
	}
	ids, err := idsByKey[engine.OrganisationID](ctx, t, "organisation")
	if err != nil {
		return err
	}
	for _, o := range rows {
		if len(o.ServiceArea) > 0 {
			if err := t.importPool(ctx, o.Pools[0], ids[o.Key], o.ServiceArea); err != nil {
				return err
			}
		}
	}
	if !first.Has("pools") {
		return nil
	}
	var asks []cells
	var touched []engine.OrganisationID
	for _, o := range rows {
		touched = append(touched, ids[o.Key])
		for _, pool := range o.Pools {
			asks = append(asks, cells{"organisation": ids[o.Key], "pool": pool})
		}
	}
	if _, err := t.ExecContext(ctx, `delete from organisation_pool where organisation_id = any($1)`, pq.Array(touched)); err != nil {
		return err
	}
	return t.each(ctx, asks, `
		insert into organisation_pool (organisation_id, pool_id)
		select x.organisation, p.id from jsonb_to_recordset($1::jsonb) as x(organisation uuid, pool text) join pool p on p.name = x.pool`)
}

// importPool makes the pool or changes its host, and lets it serve exactly these
// municipalities from today on; what it serves by agreement stays.
func (t *Tx) importPool(ctx context.Context, name string, host engine.OrganisationID, area []engine.MunicipalityCode) error {
	var id engine.PoolID
	if err := t.GetContext(ctx, &id, `
		insert into pool (name, host_id) values ($1, $2) on conflict (name) do update set host_id = excluded.host_id returning id`,
		name, host); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `insert into pool_policy (pool_id) values ($1) on conflict do nothing`, id); err != nil {
		return err
	}
	for _, statement := range []string{`
		delete from service_area
		where pool_id = $1 and not by_agreement and municipality <> all($2::text[]) and valid_from >= app_today()`, `
		update service_area set valid_to = app_today()
		where pool_id = $1 and not by_agreement and municipality <> all($2::text[])
		  and daterange(valid_from, valid_to) && daterange(app_today(), null)`, `
		insert into service_area (pool_id, municipality, valid_from)
		select $1, code, app_today() from unnest($2::text[]) as code
		where not exists (select from service_area a where a.pool_id = $1 and a.municipality = code
		    and daterange(a.valid_from, a.valid_to) && daterange(app_today(), null))`} {
		if _, err := t.ExecContext(ctx, statement, id, pq.Array(area)); err != nil {
			return err
		}
	}
	return nil
}

// bySpreadsheet stands in the place of who checked a certificate of conduct.
const bySpreadsheet = "spreadsheet"

// expertParts are the tables that hold what one column says of an expert. A row
// of the file replaces what an import could have written there.
var expertParts = []struct {
	header     string
	table      string
	ours       string // which rows of the table an import may delete
	onConflict string // with the others
	rows       func(x spreadsheet.Expert, today engine.Date) []cells
}{
	{"gecertificeerd op", "certification", "cohort_id is null", replacing("expert_id", "certified_on"), func(x spreadsheet.Expert, _ engine.Date) (out []cells) {
		if x.CertifiedOn != "" {
			out = append(out, cells{"certified_on": x.CertifiedOn})
		}
		return out
	}},
	{"vog afgegeven op", "conduct_certificate", "checked_by = '" + bySpreadsheet + "'", replacing("expert_id, issued_on", "valid_to"), func(x spreadsheet.Expert, _ engine.Date) (out []cells) {
		if x.Conduct.From != "" {
			out = append(out, cells{"issued_on": x.Conduct.From, "valid_to": x.Conduct.To, "checked_by": bySpreadsheet})
		}
		return out
	}},
	{"inzetvormen", "type_training", "true", "", func(x spreadsheet.Expert, today engine.Date) (out []cells) {
		for _, kind := range x.Trained {
			out = append(out, cells{"type": kind, "trained_on": cmp.Or(x.CertifiedOn, today)})
		}
		return out
	}},
	{"uren", "availability_rule", "true", "", func(x spreadsheet.Expert, _ engine.Date) (out []cells) {
		for _, r := range x.Rules {
			out = append(out, cells{"weekday": r.Weekday, "starts": r.Starts, "ends": r.Ends, "parity": r.Parity, "mode": r.Mode})
		}
		return out
	}},
	{"gender", "expert_trait", "kind = 'GENDER'", "", traitRows(engine.TraitGender)},
	{"talen", "expert_trait", "kind = 'LANGUAGE'", "", traitRows(engine.TraitLanguage)},
	{"contactvorm", "expert_trait", "kind = 'CONTACT_FORM'", "", traitRows(engine.TraitContactForm)},
	{"activiteiten", "expert_trait", "kind = 'ACTIVITY'", "", traitRows(engine.TraitActivity)},
}

func traitRows(kind engine.TraitKind) func(spreadsheet.Expert, engine.Date) []cells {
	return func(x spreadsheet.Expert, _ engine.Date) (out []cells) {
		for _, t := range x.Traits {
			if t.Kind == kind {
				out = append(out, cells{"kind": t.Kind, "value": t.Value})
			}
		}
		return out
	}
}

func (t *Tx) importExperts(ctx context.Context, rows []spreadsheet.Expert) error {
	first := rows[0].Source()
	var people []cells
	for _, x := range rows {
		people = append(people, cells{"import_key": x.Key, "first_name": x.FirstName, "intro": x.Intro})
	}
	set := had(first, map[string]string{"first_name": "voornaam", "intro": "tekst"})
	if err := t.put(ctx, "expert", people, replacing("import_key", set...)); err != nil {
		return err
	}
	ids, err := idsByKey[engine.ExpertID](ctx, t, "expert")
	if err != nil {
		return err
	}
	var touched []engine.ExpertID
	var records []cells
	for _, x := range rows {
		touched = append(touched, ids[x.Key])
		records = append(records, cells{"expert_id": ids[x.Key], "last_name": x.LastName, "email": x.Email, "phone": x.Phone,
			"birth_date": orNull(string(x.BirthDate)), "postcode4": x.Postcode4, "status": x.Status,
			"deployable_since": orNull(string(x.DeployableSince)), "agreement_on": orNull(string(x.AgreementOn)),
			"nda_on": orNull(string(x.NDAOn)), "max_travel_minutes": x.MaxTravelMinutes, "availability_confirmed_at": nil})
	}
	// Hours from a file are nobody's confirmation.
	set = had(first, map[string]string{"last_name": "achternaam", "email": "e-mail", "phone": "telefoon", "birth_date": "geboortedatum",
		"postcode4": "postcode", "status": "status", "deployable_since": "inzetbaar sinds", "agreement_on": "vrijwilligersovereenkomst",
		"nda_on": "geheimhouding", "max_travel_minutes": "reistijd max", "availability_confirmed_at": "uren"})
	if err := t.put(ctx, "expert_record", records, replacing("expert_id", set...)); err != nil {
		return err
	}
	for _, part := range expertParts {
		if !first.Has(part.header) {
			continue
		}
		if _, err := t.ExecContext(ctx, `delete from `+part.table+` where expert_id = any($1) and `+part.ours, pq.Array(touched)); err != nil {
			return err
		}
		var says []cells
		for _, x := range rows {
			for _, row := range part.rows(x, engine.DateOf(t.Now, Zone)) {
				row["expert_id"] = ids[x.Key]
				says = append(says, row)
			}
		}
		if err := t.put(ctx, part.table, says, part.onConflict); err != nil {
			return err
		}
	}
	if err := t.importWishesOf(ctx, rows); err != nil {
		return err
	}
	return t.importMembers(ctx, rows)
}

// importWishesOf adds the consents and exclusions of experts. Both only grow: a
// consent over a later word of the expert herself, such as taking it back in the
// app, is passed over in silence, for to say so would tell.
func (t *Tx) importWishesOf(ctx context.Context, rows []spreadsheet.Expert) error {
	var consents, exclusions []cells
	for _, x := range rows {
		for _, c := range x.Consents {
			consents = append(consents, cells{"expert": x.Key, "theme": c.Theme, "usage": c.Usage, "level": c.Level,
				"signed": engine.Instant(x.ConsentSignedOn, "00:00", Zone)})
		}
		for _, house := range x.NotAt {
			exclusions = append(exclusions, cells{"expert": x.Key, "house": house})
		}
	}
	if err := t.each(ctx, consents, `
		insert into theme_consent (expert_id, theme, usage, level, valid_from)
		select e.id, x.theme, x.usage, x.level, x.signed
		from jsonb_to_recordset($1::jsonb) as x(expert text, theme text, usage text, level text, signed timestamptz)
		join expert e on e.import_key = x.expert
		where not exists (select from theme_consent c where c.expert_id = e.id and c.theme = x.theme and c.usage = x.usage
		    and c.superseded_at is null and (c.level = x.level or c.valid_from > x.signed))`); err != nil {
		return err
	}
	return t.each(ctx, exclusions, `
		insert into organisation_exclusion (expert_id, organisation_id)
		select e.id, o.id from jsonb_to_recordset($1::jsonb) as x(expert text, house text)
		join expert e on e.import_key = x.expert join organisation o on o.import_key = x.house
		on conflict do nothing`)
}

// importMembers lets each expert belong to the pool her row names, from the day
// she became deployable or, when she comes from elsewhere, from today.
func (t *Tx) importMembers(ctx context.Context, rows []spreadsheet.Expert) error {
	var members []cells
	for _, x := range rows {
		members = append(members, cells{"expert": x.Key, "pool": x.Pool, "since": orNull(string(x.DeployableSince))})
	}
	const wanted = `
		with wanted as (
		    select e.id as expert_id, p.id as pool_id, x.since
		    from jsonb_to_recordset($1::jsonb) as x(expert text, pool text, since date)
		    join expert e on e.import_key = x.expert join pool p on p.name = x.pool
		)`
	for _, statement := range []string{`
		delete from pool_member m using wanted w
		where m.expert_id = w.expert_id and m.pool_id <> w.pool_id and m.valid_from >= app_today()`, `
		update pool_member m set valid_to = app_today() from wanted w
		where m.expert_id = w.expert_id and m.pool_id <> w.pool_id and daterange(m.valid_from, m.valid_to) && daterange(app_today(), null)`, `
		insert into pool_member (pool_id, expert_id, valid_from)
		select w.pool_id, w.expert_id, case
		    when exists (select from pool_member m where m.expert_id = w.expert_id) then app_today()
		    else coalesce(w.since, app_today()) end
		from wanted w
		where not exists (select from pool_member m where m.expert_id = w.expert_id and m.pool_id = w.pool_id
		    and daterange(m.valid_from, m.valid_to) && daterange(app_today(), null))`} {
		if err := t.each(ctx, members, wanted+statement); err != nil {
			return err
		}
	}
	return nil
}

// importRequests writes new requests, and refuses those that changed.
func (t *Tx) importRequests(ctx context.Context, added, changed []spreadsheet.Request) error {
	var problems spreadsheet.Problems
	for _, x := range changed {
		problems.Add(x.Problem("code", "was imported before with other contents, and may have offers by now: change that request in the app"))
	}
	houses, err := idsByKey[engine.OrganisationID](ctx, t, "organisation")
	if err != nil {
		return err
	}
	for i := range added {
		r := &added[i]
		r.OrganisationID = houses[r.Organisation]
		r.PoolID, err = t.PoolFor(ctx, r.OrganisationID, r.Municipality)
		if errors.Is(err, sql.ErrNoRows) {
			problems.Add(r.Problem("gemeente", "no pool that this organisation may ask serves this place"))
		} else if err != nil {
			return err
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	for _, r := range added {
		if err := t.importRequest(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// importRequest writes one request with all that belongs to it.
func (t *Tx) importRequest(ctx context.Context, r spreadsheet.Request) error {
	var client *engine.ClientRef
	if c := r.Client; c != nil {
		client = new(engine.ClientRef)
		if err := t.GetContext(ctx, client, `
			insert into client (pool_id, organisation_id, age_from, age_to, turns_18_on) values ($1, $2, $3, $4, $5) returning ref`,
			r.PoolID, r.OrganisationID, c.AgeFrom, c.AgeTo, orNull(string(c.Turns18On))); err != nil {
			return err
		}
	}
	if err := t.put(ctx, "request", []cells{{"import_key": r.Key, "pool_id": r.PoolID, "organisation_id": r.OrganisationID,
		"type": r.Type, "status": r.Status, "urgency": r.Urgency, "goal": r.Goal, "team_size": r.TeamSize, "minutes": r.Minutes,
		"online": r.Online, "municipality": orNull(string(r.Municipality)), "postcode4": r.Postcode4, "address": r.Address,
		"audience": r.Audience, "audience_size": r.AudienceSize, "audience_age_from": r.AudienceAgeFrom, "client_ref": client,
		"needed_from": orNull(string(r.Wishes.From)), "needed_until": orNull(string(r.Until)),
		"every_weeks": r.EveryWeeks, "occurrences": r.Occurrences, "submitted_at": r.SubmittedAt}}, ""); err != nil {
		return err
	}
	if err := t.GetContext(ctx, &r.ID, `select id from request where import_key = $1`, r.Key); err != nil {
		return err
	}
	parts := map[string][]cells{}
	for _, x := range r.Themes {
		parts["request_theme"] = append(parts["request_theme"], cells{"theme": x.Theme, "importance": x.Importance})
	}
	for _, x := range r.Preferences {
		parts["request_preference"] = append(parts["request_preference"], cells{"kind": x.Kind, "value": x.Value, "must": x.Must})
	}
	for _, x := range r.Options {
		parts["request_option"] = append(parts["request_option"], cells{"starts_at": x.Start, "ends_at": x.End})
	}
	for _, x := range r.Windows {
		parts["request_window"] = append(parts["request_window"], cells{"weekday": x.Weekday, "starts": x.Starts, "ends": x.Ends})
	}
	for table, rows := range parts {
		for _, row := range rows {
			row["request_id"] = r.ID
		}
		if err := t.put(ctx, table, rows, ""); err != nil {
			return err
		}
	}
	return nil
}

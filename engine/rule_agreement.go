package engine

// agreementMissing (H4): both the volunteer agreement and the duty of
// confidentiality are signed.
var agreementMissing = Rule[*Case]{
	Code: "AGREEMENT_MISSING",
	Blocks: func(c *Case) bool {
		return c.AgreementOn == "" || c.AgreementOn > c.today || c.NDAOn == "" || c.NDAOn > c.today
	},
}

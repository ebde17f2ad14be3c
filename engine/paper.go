package engine

// PaperKind is a kind of paper without which an expert is not deployed.
type PaperKind string

// The kinds.
const (
	PaperAgreement PaperKind = "AGREEMENT"
	PaperNDA       PaperKind = "NDA"
	PaperConduct   PaperKind = "CONDUCT_CERTIFICATE"
	PaperTraining  PaperKind = "TRAINING"
)

// Paper names one paper of an expert. She has one agreement, one duty of
// confidentiality, one training for each type, and a certificate of conduct for
// each day of issue.
type Paper struct {
	ExpertID ExpertID
	Kind     PaperKind
	Type     DeploymentTypeCode // of a training, "" for others
	IssuedOn Date               // of a certificate of conduct, "" for others
}

// Validate refuses a paper that is named by too little or too much. Errors:
// INVALID with the field.
func (p Paper) Validate() error {
	switch {
	case p.Kind == PaperTraining && p.Type == "":
		return Invalid("type", "is missing; say for which type of deployment she was trained")
	case p.Kind != PaperTraining && p.Type != "":
		return Invalid("type", "belongs to a training only; leave it out")
	case p.Kind == PaperConduct && p.IssuedOn == "":
		return Invalid("issuedOn", "is missing; say on which day the certificate was issued")
	case p.Kind != PaperConduct && p.IssuedOn != "":
		return Invalid("issuedOn", "belongs to a certificate of conduct only; leave it out")
	}
	return nil
}

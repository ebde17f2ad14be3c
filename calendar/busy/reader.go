package busy

// reader is the state of one Read.
type reader struct{ o Options }

func newReader(o Options) *reader { return &reader{o} }

func (r *reader) read(text []byte) error {
	if _, _, refusal := guard(text); refusal != "" {
		return &Refusal{refusal}
	}
	return nil
}

func (r *reader) answer() Busy { return Busy{} }

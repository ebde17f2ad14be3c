package app

// ReadBasis reads a basis and writes it again.
func ReadBasis(text string) (string, error) {
	b, err := parseBasis(text)
	if err != nil {
		return "", err
	}
	return b.String(), nil
}

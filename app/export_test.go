package app

// ReadBasis reads a basis and writes it again.
func ReadBasis(text string) (string, error) {
	b, err := parseBasis(text)
	if err != nil {
		return "", err
	}
	return b.String(), nil
}

// NightAfter is the next night after a moment.
var NightAfter = nightAfter

package engine

// Factors are what a score is made of, in the order of the explanation. Their
// default weights are written in each; a pool may override them by name.
var Factors = []Factor{
	themeFit,
	availabilityFit,
	proximity,
	preferenceFit,
	ageNearness,
	loadBalance,
	practiceLevel,
}

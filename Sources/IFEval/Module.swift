// Sources of IFEval.

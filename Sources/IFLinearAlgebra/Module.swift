// Sources of IFLinearAlgebra.

// Sources of IFRatings.

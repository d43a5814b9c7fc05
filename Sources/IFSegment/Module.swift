// Sources of IFSegment.

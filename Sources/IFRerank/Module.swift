// Sources of IFRerank.

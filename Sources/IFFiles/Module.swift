// Sources of IFFiles.

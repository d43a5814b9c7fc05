// Sources of IFSynth.

// Sources of IFPipeline.

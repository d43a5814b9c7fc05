print("FullPipeline: to be written")

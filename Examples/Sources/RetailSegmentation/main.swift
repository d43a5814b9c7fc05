print("RetailSegmentation: to be written")

print("insightflow")

import IFFiles

print("linked")

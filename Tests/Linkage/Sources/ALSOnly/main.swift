import IFALS
import IFCore

print("linked")

import IFCore
import IFImpute
import IFTesting
import Testing

@Suite("Imputer contract")
struct ImputerContractTests {
    @Test(arguments: ImputerCheck.allCases)
    func meanImputer(_ check: ImputerCheck) async throws {
        try await ImputerContract(MeanImputer(), isRandom: false).verify(check)
    }

    @Test(arguments: ImputerCheck.allCases)
    func medianImputer(_ check: ImputerCheck) async throws {
        try await ImputerContract(MeanImputer(.median), isRandom: false).verify(check)
    }

    @Test(arguments: ImputerCheck.allCases)
    func chainedEquationsByMatching(_ check: ImputerCheck) async throws {
        let imputer = ChainedEquations(.init(chains: 3, iterations: 3))
        try await ImputerContract(imputer, isRandom: true).verify(check)
    }

    @Test(arguments: ImputerCheck.allCases)
    func chainedEquationsByRegression(_ check: ImputerCheck) async throws {
        let imputer = ChainedEquations(
            .init(chains: 2, iterations: 3),
            methods: ["height": .bayesianRegression, "visits": .bayesianRegression])
        try await ImputerContract(imputer, isRandom: true).verify(check)
    }

    @Test(arguments: ImputerCheck.allCases)
    func chainedEquationsBySample(_ check: ImputerCheck) async throws {
        let imputer = ChainedEquations(
            .init(chains: 2, iterations: 1), methods: ["height": .sample, "visits": .sample])
        try await ImputerContract(imputer, isRandom: true).verify(check)
    }
}

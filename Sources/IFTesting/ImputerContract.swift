public import IFCore
public import Testing

/// What every ``Imputer`` promises, as checks to run over a conformer of your own:
///
/// ```swift
/// @Test(arguments: ImputerCheck.allCases)
/// func contract(_ check: ImputerCheck) async throws {
///     try await ImputerContract(MyImputer(), isRandom: true).verify(check)
/// }
/// ```
public struct ImputerContract<Candidate: Imputer>: Sendable {
    let imputer: Candidate
    /// Whether completed values depend on the seed; `false` for imputers without random numbers.
    let isRandom: Bool

    /// Creates the suite.
    public init(_ imputer: Candidate, isRandom: Bool) {
        self.imputer = imputer
        self.isRandom = isRandom
    }

    /// Runs one check; failures are recorded at `location`.
    public func verify(_ check: ImputerCheck, location: SourceLocation = #_sourceLocation) async throws {
        switch check {
        case .completeTableUnchanged: try await completeTableUnchanged(location)
        case .emptyTableUnchanged: try await emptyTableUnchanged(location)
        case .observedCellsUnchanged: try await observedCellsUnchanged(location)
        case .completedHasNoNulls: try await completedHasNoNulls(location)
        case .valuesMatchTables: try await valuesMatchTables(location)
        case .allMissingColumnRefused: try await allMissingColumnRefused(location)
        case .unknownColumnRefused: try await unknownColumnRefused(location)
        case .workersChangeNothing: try await workersChangeNothing(location)
        case .seedMatters: try await seedMatters(location)
        case .refitEqualsFresh: try await refitEqualsFresh(location)
        case .cancellationPassesThrough: try await cancellationPassesThrough(location)
        }
    }
}

/// The checks of ``ImputerContract``.
public enum ImputerCheck: String, CaseIterable, Sendable {
    case completeTableUnchanged, emptyTableUnchanged, observedCellsUnchanged, completedHasNoNulls, valuesMatchTables
    case allMissingColumnRefused, unknownColumnRefused, workersChangeNothing, seedMatters, refitEqualsFresh
    case cancellationPassesThrough
}

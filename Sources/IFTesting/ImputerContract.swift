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
    /// A table without missing cells comes back as it was.
    case completeTableUnchanged
    /// A table without rows comes back as it was.
    case emptyTableUnchanged
    /// Cells that were there keep their values.
    case observedCellsUnchanged
    /// No imputed column has a missing cell left.
    case completedHasNoNulls
    /// The imputed values and the completed tables say the same.
    case valuesMatchTables
    /// A column without any value is refused, and named.
    case allMissingColumnRefused
    /// Asking for a column that was not imputed is an error.
    case unknownColumnRefused
    /// 1, 2 and 5 workers give the same values.
    case workersChangeNothing
    /// Another seed gives other values, where the imputer is random.
    case seedMatters
    /// An earlier fit leaves no trace in a later one.
    case refitEqualsFresh
    /// Cancelling the task throws `CancellationError`.
    case cancellationPassesThrough
}

import IFCore

/// Steps 2 and 3: the users table and the chains' estimate of what is missing in it.
struct UserEstimate: Sendable {
    /// Columns: the user's id, `days_imp`, `frequency`.
    let users: Table
    /// Dense users whose `days_imp` is missing, ascending.
    let missing: [Int]
    /// The chains; `nil` where nothing is missing, or everything.
    let imputation: ChainedImputation?
    /// The chains' values for `missing`.
    let values: ImputedValues?
    let events: [ImputationEvent]

    /// The name under which users of other ids keep theirs.
    static let days = "days_imp"
    static let frequency = "frequency"

    init(
        _ history: OrderHistory, configuration: IntervalImputation.Configuration, context: RunContext
    ) async throws {
        let user = configuration.columns.user
        let last = history.lastRow.map { history.days[Int($0)] }
        let present = last.map { !$0.isNaN && $0 != history.cap }
        var users = Table()
        users.set(user, history.users.ids.column)
        users.set(Self.days, .double(ColumnValues(last, validity: present.contains(false) ? Bitmap(present) : nil)))
        users.set(Self.frequency, .int32(history.frequency))
        self.users = users
        missing = present.indices.filter { !present[$0] }
        guard !missing.isEmpty, missing.count < present.count else {
            imputation = nil
            values = nil
            events =
                missing.isEmpty
                ? [ImputationEvent(.nothingMissing, column: Self.days, "no last interval equals the cap")]
                : [
                    ImputationEvent(
                        .fallback, column: Self.days,
                        "every last interval is missing, so medians stand in for the chains")
                ]
            return
        }
        let model = try await Self.imputer(configuration, users: users).fit(users, in: context)
        imputation = model
        values = try model.imputedValues(Self.days)
        events = model.events
    }

    private static func imputer(
        _ configuration: IntervalImputation.Configuration, users: Table
    ) throws -> ChainedEquations {
        var predictors = [frequency]
        if configuration.predictors == .frequencyAndUserID {
            let user = configuration.columns.user
            if case .string = try users.column(user) {
                throw IFError(
                    .unsupported, "ids that are strings cannot be predictors; choose the number of orders alone",
                    column: user)
            }
            predictors.append(user)
        }
        return ChainedEquations(
            .init(
                chains: configuration.chains, iterations: configuration.iterations, columns: [days],
                predictors: [days: predictors]),
            methods: [days: PredictiveMeanMatching(donors: configuration.donors, matching: configuration.matching)])
    }
}

internal import FoundationEssentials
internal import IFCore

/// A run that is being written: its name is taken, its files gather in a local folder.
struct RunReservation: Sendable {
    var family: RunFamily
    var timestamp: RunTimestamp
    /// The latest generation when the run began.
    var baseGeneration: Int
    /// Identifies the writer among all that may ever hold this name.
    var writer = ""
    /// The folder that belongs to this reservation alone.
    var stagingFolder: String
    /// Held as long as the writer lives.
    var lock: FileLock

    var name: String { family.name(at: timestamp) }
    /// Where the files gather.
    var filesFolder: String { stagingFolder + "/files" }
}

/// How a run is to become the latest.
struct PromotionRequest: Sendable {
    var run: String
    var writer: String
    var reason: String
    var now: Date
    /// Set where a newer run that was promoted after this generation wins over this one.
    var baseGeneration: Int?
    /// A local folder with the run's files, where there is one.
    var localFiles: String?

    /// Whether `current` was promoted while this run was written, and is the newer of the two.
    func isOvertaken(by current: Promotion, in family: RunFamily) -> Bool {
        guard let baseGeneration, current.generation > baseGeneration,
            let mine = family.timestamp(ofRun: run), let other = family.timestamp(ofRun: current.run)
        else { return false }
        return other > mine
    }
}

/// What a kind of store must do for runs; ``RunStore`` does the rest.
protocol RunBackend: Sendable {
    /// The root as a person would write it.
    var location: String { get }

    /// Makes sure that there is a root to write to, as far as that can be told without writing an object.
    func prepare() throws

    /// Takes the first free name at or after `timestamp`, or that very one.
    func reserve(_ family: RunFamily, from timestamp: RunTimestamp, exactly: Bool) async throws -> RunReservation
    /// Whether files go to the store while they are written.
    var takesStreams: Bool { get }
    /// Begins a file of the run that goes to the store while it is written; `nil` where files gather in the local folder.
    func stream(_ reservation: RunReservation, _ path: String) async throws -> (any ObjectStream)?
    /// Removes files that went to the store before the run existed.
    func withdraw(_ reservation: RunReservation, _ paths: [String]) async throws
    /// Makes the run exist, all at once.
    ///
    /// - Parameters:
    ///   - streamed: Paths of the files that are in the store already.
    ///   - confirming: Called when all files are stored, right before the step from which on the run may exist; where it
    ///     throws, the run does not come to exist.
    func store(
        _ reservation: RunReservation, manifest: RunManifest, streamed: Set<String>, workers: WorkerBudget,
        confirming: @Sendable () async throws -> Void
    ) async throws
    /// Removes what is left of a reservation.
    func release(_ reservation: RunReservation) async throws
    /// Gives up a reservation whose run could not be stored: parts of it may be there, or may yet arrive.
    func discard(_ reservation: RunReservation) async throws

    /// Makes a run the latest; `nil` where a newer one overtook it.
    func promote(_ family: RunFamily, _ request: PromotionRequest) async throws -> Promotion?
    /// The promotion in force.
    func current(_ family: RunFamily) async throws -> Promotion?
    /// All promotions, oldest first, the one in force last.
    func promotions(_ family: RunFamily) async throws -> [Promotion]

    /// Names of the family's runs in ascending order, those without a manifest included.
    func runNames(_ family: RunFamily) async throws -> [String]
    /// The manifest's bytes, `nil` where there is none.
    func manifestData(_ family: RunFamily, _ run: String) async throws -> Data?
    /// Sizes of the run's files by relative path, manifest left out.
    func sizes(_ family: RunFamily, _ run: String) async throws -> [String: Int]
    /// SHA-256 of files of the run, in the order of `paths`.
    func digests(_ family: RunFamily, _ run: String, _ paths: [String], in context: RunContext) async throws -> [String]
    /// Removes runs unless one of them is the latest; answers which, as those in use are left alone.
    func remove(_ family: RunFamily, _ runs: [String]) async throws -> [String]

    /// Brings everything derived back in step; answers what was done.
    func repair(_ family: RunFamily, now: Date) async throws -> [String]

    /// The run's folder where it can be read in place.
    func localFolder(_ family: RunFamily, _ run: String) -> String?
    /// Where `path` below the family's folder can be read in place.
    func localPath(_ family: RunFamily, _ path: String) -> String?
    /// Reads a file of a run.
    func read(_ family: RunFamily, _ run: String, _ path: String) async throws -> Data
    /// A file of a run, to be read by ranges; `nil` where the store cannot, or files are read in place.
    func source(_ family: RunFamily, _ run: String, _ file: RunFile) -> (any RandomAccessSource)?
    /// Copies a file of a run.
    func download(_ family: RunFamily, _ run: String, _ path: String, to target: String) async throws
}

import FoundationEssentials
import IFCore

/// The JSON section of a model file: what the factors were fitted with, so that folding in goes on as in the fit.
struct ModelMetadata: Codable {
    /// What a fit did beside its instructions; see ``ALSEvent``.
    struct Event: Codable {
        var sweep: Int
        var side: ALSEvent.Side
        var row: Int
        var ridgeAdded: Double
    }

    /// What kind of model the factors are of.
    static let implicitALS = "implicit-als"

    var model: String
    var rank: Int
    var configuration: ImplicitALS.Configuration
    var losses: [Double]
    var events: [Event]
    /// Not in files of versions that did not keep it.
    var dualForm: DualForm?

    init(_ model: ALSModel) {
        self.model = Self.implicitALS
        rank = model.itemFactors.rank
        configuration = model.configuration
        losses = model.losses
        dualForm = model.dualForm
        events = model.events.map { Event(sweep: $0.sweep, side: $0.side, row: $0.row, ridgeAdded: $0.ridgeAdded) }
    }

    /// The events as the model holds them.
    var alsEvents: [ALSEvent] {
        events.map { ALSEvent(row: $0.row, ridgeAdded: $0.ridgeAdded).at(sweep: $0.sweep, side: $0.side) }
    }

    /// One line, keys in order: the same model gives the same bytes.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

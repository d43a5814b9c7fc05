import FoundationEssentials
import IFALS
import Testing

@testable import IFPipeline

/// What reports say of the confidence that a model was fitted with.
@Suite struct ConfidenceReportTests {
    @Test func alphaIsBlamedOnlyWhereItPlaysAPart() {
        let weighted = MetricsSummary.remedy(modelIsWorse: true, alpha: 40, isWeighted: true)
        #expect(weighted.contains("training.als.alpha is 40:"))
        let given = MetricsSummary.remedy(modelIsWorse: true, alpha: 40, isWeighted: false)
        #expect(given.contains("training.als.confidence is as-given") && !given.contains("training.als.alpha"))
        for isWeighted in [true, false] {
            let blended = MetricsSummary.remedy(modelIsWorse: false, alpha: 40, isWeighted: isWeighted)
            #expect(blended.contains("eval.blend.gamma") && !blended.contains("training.als"))
        }
    }

    /// What training writes into `meta.json` is what the report reads, of older versions too.
    @Test func parametersComeBack() throws {
        var configuration = ImplicitALS.Configuration(factors: 9, regularization: 0.25)
        func written() throws -> TrainingSection.Metadata.Parameters {
            let parameters = ModelMetadata.Parameters(configuration, seed: 7)
            return try JSONDecoder().decode(
                TrainingSection.Metadata.Parameters.self, from: JSONEncoder().encode(parameters))
        }
        let plain = try written()
        #expect(plain.rank == 9 && plain.regParam == 0.25 && plain.itemRegParam == nil)
        #expect(plain.confidence == "linear" && plain.isWeighted)
        configuration.itemRegularization = 0.5
        configuration.confidence = .asGiven
        let other = try written()
        #expect(other.regParam == 0.25 && other.itemRegParam == 0.5)
        #expect(other.confidence == "as-given" && !other.isWeighted)
        let older = try JSONDecoder().decode(TrainingSection.Metadata.Parameters.self, from: Data(#"{"rank":3}"#.utf8))
        #expect(older.rank == 3 && older.confidence == nil && older.isWeighted)
    }
}

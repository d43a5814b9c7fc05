import Foundation
import IFCore
import Testing

@testable import IFEval

struct ReportTests {
    func result(resampling: Resampling?) async throws -> EvaluationResult {
        let truth = try GroundTruth(Fixtures.lines("train", [(11, 1, 0), (12, 2, 1)]))
        // The baseline recommends item 4, which nobody took: lift is not defined.
        let past = Fixtures.lines("prior", [(1, 1, 4)])
        return try await Evaluation(.init(topK: 1, resampling: resampling)).evaluate(
            Fixtures.recommendations([1: [0], 2: [0]], itemCount: 5, fittedOn: past.provenance), against: truth,
            popularity: ItemPopularity(counting: past),
            in: RunContext(now: { Date(timeIntervalSince1970: 1_700_000_000) }))
    }

    @Test("metrics.json has the contract's keys in order, and nulls where the baseline is 0")
    func metricsText() async throws {
        let text = try await MetricsReport(result(resampling: nil)).text
        #expect(
            text == """
                {
                  "top_k": 1,
                  "finished_at_utc": "2023-11-14T22:13:20Z",
                  "users_evaluated": 2,
                  "als": {
                    "precision": 0.5,
                    "recall": 0.5,
                    "map": 0.5,
                    "ndcg": 0.5
                  },
                  "baseline": {
                    "precision": 0.0,
                    "recall": 0.0,
                    "map": 0.0,
                    "ndcg": 0.0
                  },
                  "lift": {
                    "precision": null,
                    "recall": null,
                    "map": null,
                    "ndcg": null
                  },
                  "notes": "average precision divided by min_truth_k; baseline: most frequent items, counted on training lines",
                  "ap_denominator": "min_truth_k",
                  "popularity_source": "training",
                  "further": {
                    "als": {
                      "hit_rate": 0.5,
                      "mrr": 0.5
                    },
                    "baseline": {
                      "hit_rate": 0.0,
                      "mrr": 0.0
                    },
                    "lift": {
                      "hit_rate": null,
                      "mrr": null
                    }
                  },
                  "leaks_allowed": []
                }

                """)
    }

    @Test("intervals and tests follow after the contract's keys")
    func details() async throws {
        let text = try await MetricsReport(result(resampling: Resampling(resamples: 20))).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let intervals = try #require(object["confidence_intervals"] as? [String: Any])
        let precision = try #require((intervals["als"] as? [String: Any])?["precision"] as? [String: Any])
        #expect(precision["mean"] as? Double == 0.5)
        let tests = try #require(object["significance"] as? [String: Any])
        let differences = try #require(tests["als_minus_baseline"] as? [String: Any])
        let map = try #require(differences["map"] as? [String: Any])
        #expect(map["p_value"] is Double)
        let notes = try #require(text.range(of: "\"notes\""))
        let later = try #require(text.range(of: "\"confidence_intervals\""))
        #expect(notes.lowerBound < later.lowerBound)
    }

    @Test("reports read back from the file and through JSONEncoder")
    func roundTrip() async throws {
        let report = try await MetricsReport(result(resampling: Resampling(resamples: 20)))
        let read = try JSONDecoder().decode(MetricsReport.self, from: Data(report.text.utf8))
        let encoded = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(MetricsReport.self, from: encoded) == read)
        #expect(String(decoding: encoded, as: UTF8.self).contains("\"lift\":{"))
        #expect(String(decoding: encoded, as: UTF8.self).contains("null"))
        let interval = try #require(report.intervals?.als["precision"])
        #expect(interval.lower <= 0.5 && 0.5 <= interval.upper && interval.lower < interval.upper)
        #expect(read.intervals == report.intervals && read.intervals?.level == 0.95)
        #expect(read.als == report.als && read.lift == report.lift && read.finishedAt == report.finishedAt)
        let coverage = CoverageReport(try await result(resampling: nil).coverage)
        #expect(try JSONDecoder().decode(CoverageReport.self, from: Data(coverage.text.utf8)) == coverage)
        #expect(coverage.text.hasPrefix("{\n  \"top_k\": 1,\n  \"users_with_gt\": 2,\n  \"users_with_recs\": 2,"))
    }

    @Test(
        "files of older runs are read",
        arguments: [
            "2024-05-01T10:20:30Z", "2024-05-01T10:20:30", "2024-05-01T10:20:30.000000", "2024-05-01T12:20:30+02:00",
            "2024-05-01 10:20:30", "2024-05-01 10:20:30.000000", "20240501T102030Z", "20240501T102030",
        ])
    func olderFiles(_ stamp: String) throws {
        let values = #"{"precision":0.1,"recall":null,"map":0.2,"ndcg":0.3}"#
        let text = """
            {"top_k":10,"finished_at_utc":"\(stamp)","users_evaluated":5,"als":\(values),"baseline":\(values),
             "lift":\(values),"notes":["a","b"]}
            """
        let report = try JSONDecoder().decode(MetricsReport.self, from: Data(text.utf8))
        #expect(report.finishedAt == Date(timeIntervalSince1970: 1_714_558_830))
        #expect(report.als.recall == nil && report.notes == "a; b" && report.averagePrecisionDenominator == nil)
        #expect(report.intervals == nil)
    }

    @Test func timesWithoutSecondsAreRead() {
        let wanted = Date(timeIntervalSince1970: 1_714_558_800)
        for text in ["2024-05-01T10:20Z", "2024-05-01T10:20", "2024-05-01 10:20"] {
            #expect(UTCStamp.date(text) == wanted, "\(text)")
        }
        for text in ["", "T", "2024-05-01", "yesterday", "20240501T1020", "2024-13-01T10:20:30Z"] {
            #expect(UTCStamp.date(text) == nil, "\(text)")
        }
    }

    @Test("strings are escaped")
    func escaping() throws {
        let text = OrderedJSON.string("a\"b\\c\n\u{1}é").text
        let read = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? String
        #expect(read == "a\"b\\c\n\u{1}é")
    }
}

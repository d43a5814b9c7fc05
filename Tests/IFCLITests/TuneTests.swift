import Foundation
import IFTesting
import Testing

/// `insightflow tune`: its table as people, spreadsheets and programs read it.
@Suite(.serialized) struct TuneTests {
    /// What `--json` and `--output table.json` hold.
    private struct Report: Decodable {
        struct Trial: Decodable {
            struct Settings: Decodable {
                struct Scaling: Decodable {
                    var exponent: Double
                }

                var factors: Int
                var regularization: Double
                var regularizationScaling: Scaling
                var alpha: Double
                var unobservedWeight: Double
                var iterations: Int
            }

            var number: Int
            var score: Double?
            var scores: [Double]
            var configuration: Settings
        }

        var metric: String
        var trials: [Trial]

        /// The rows of the CSV that this report stands for.
        var rows: [String] {
            trials.enumerated().map { place, trial in
                let settings = trial.configuration
                let cells: [String] = [
                    "\(place + 1)", "\(trial.number)", trial.score.map { "\($0)" } ?? "", "\(trial.scores.count)",
                    "\(settings.factors)", "\(settings.regularization)", "\(settings.regularizationScaling.exponent)",
                    "\(settings.alpha)", "\(settings.unobservedWeight)", "\(settings.iterations)", "",
                ]
                return cells.joined(separator: ",")
            }
        }
    }

    /// Three candidates of 2 sweeps, of which one goes on to 4.
    private func tune(_ arguments: [String], in folder: String) throws -> Tool.Result {
        try Tool.run(
            [
                "tune", "--config", "recsys.yaml", "--input", "shop", "--candidates", "3", "--sweeps", "4",
                "--validation-users", "100", "--factors", "4", "8",
            ] + arguments, in: folder)
    }

    private func text(_ name: String, in folder: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    @Test func theTableIsTheSameInEveryFormAndForAnyNumberOfWorkers() async throws {
        try await withTemporaryFolder { folder in
            let synth = try Tool.run(["synth", "--users", "120", "--items", "150", "--output", "shop"], in: folder)
            #expect(synth.status == 0, "\(synth.errors)")
            let config = """
                training: {als: {factors: 6, regularization: 0.02, regularization_exponent: 0.5, alpha: 1.5}}
                seg: {k: 3}
                """
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))

            let first = try tune(["--seed", "7", "--workers", "1", "--output", "first.csv"], in: folder)
            #expect(first.status == 0, "\(first.errors)")
            let csv = try text("first.csv", in: folder)
            let rows = csv.split(separator: "\n").map(String.init)
            #expect(
                rows.first == "place,candidate,score,sweeps,factors,regularization,regularization_exponent,alpha,"
                    + "unobserved_weight,iterations,regularization_items")
            let cells = rows.dropFirst().map { row in
                row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            try #require(cells.count == 3 && cells.allSatisfy { $0.count == 11 }, "\(csv)")
            #expect(cells.map { $0[0] } == ["1", "2", "3"] && Set(cells.map { $0[1] }) == ["0", "1", "2"])
            #expect(cells.map { $0[3] } == ["4", "2", "2"], "the best goes on, the others do not")
            let scores = cells.compactMap { Double($0[2]) }
            #expect(scores.count == 3 && scores == scores.sorted(by: >) && scores.allSatisfy { $0 > 0 && $0 <= 1 })
            let given = try #require(cells.first { $0[1] == "0" })
            #expect(Array(given[4..<8]) == ["6", "0.02", "0.5", "1.5"], "the configuration's own settings take part")
            #expect(cells.allSatisfy { $0[1] == "0" || ["4", "8"].contains($0[4]) }, "\(csv)")

            try textShows(first.output, cells)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/insightflow-store"), "tune stores nothing")

            // The same bytes for other workers; another seed draws other candidates.
            let second = try tune(["--seed", "7", "--workers", "2", "--output", "second.csv"], in: folder)
            #expect(second.status == 0 && second.output == first.output, "\(second.errors)")
            #expect(try text("second.csv", in: folder) == csv)
            let other = try tune(["--seed", "8", "--output", "other.csv"], in: folder)
            #expect(other.status == 0, "\(other.errors)")
            #expect(try text("other.csv", in: folder) != csv)

            // As JSON, on standard output and in a file: the numbers of the table.
            let json = try tune(
                ["--seed", "7", "--json", "--progress", "none", "--output", "table.json"], in: folder)
            #expect(json.status == 0, "\(json.errors)")
            #expect(try text("table.json", in: folder) == json.output)
            let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
            #expect(report.metric == "ndcg@10")
            #expect(report.rows == Array(rows.dropFirst()))
        }
    }

    /// The printed table has the rows of the CSV, and the best row's settings stand below it as lines of YAML.
    private func textShows(_ output: String, _ cells: [[String]]) throws {
        for title in ["place", "candidate", "ndcg@10", "sweeps", "factors", "regularization", "exponent", "alpha"] {
            #expect(output.split(separator: "\n").first?.contains(title) == true, "\(title)")
        }
        let shown = output.split(separator: "\n").dropFirst(2).prefix(cells.count)
        #expect(shown.count == cells.count)
        for (line, row) in zip(shown, cells) {
            // Nobody asked for regularization of items, which the printed table has no room for.
            var wanted = row
            #expect(wanted.removeLast() == "")
            wanted[1] = row[1] == "0" ? "given" : row[1]
            wanted[2] = String(format: "%.4f", try #require(Double(row[2])))
            #expect(line.split(separator: " ").map(String.init) == wanted, "\(output)")
        }
        #expect(output.contains("popular items reach"))
        let best = cells[0]
        for line in [
            "factors: \(best[4])", "regularization: \(best[5])", "regularization_exponent: \(best[6])",
            "alpha: \(best[7])", "unobserved_weight: \(best[8])", "iterations: \(best[9])",
        ] {
            #expect(output.contains("\n    \(line)\n"), "\(line) in \(output)")
        }
    }

    @Test(arguments: [
        CommandTests.Mistake(arguments: ["--candidates", "0"], status: 64, message: "--candidates needs a number"),
        CommandTests.Mistake(arguments: ["--sweeps", "0"], status: 64, message: "--sweeps needs a number"),
        CommandTests.Mistake(
            arguments: ["--factors", "8", "1025"], status: 64, message: "--factors needs numbers from 1 to 1024"),
        CommandTests.Mistake(
            arguments: ["--validation-users", "0"], status: 64, message: "--validation-users needs a number"),
        CommandTests.Mistake(arguments: ["--output", "table.txt"], status: 64, message: ".csv or .json"),
        CommandTests.Mistake(arguments: ["--workers", "0"], status: 64, message: "--workers needs a number"),
        CommandTests.Mistake(arguments: [], status: 64, message: "--input"),
        CommandTests.Mistake(arguments: ["--input", "nowhere"], status: 66, message: "nowhere"),
        CommandTests.Mistake(arguments: ["--config", "absent.yaml"], status: 66, message: "absent.yaml"),
    ])
    func mistakesHaveTheirExitCode(_ mistake: CommandTests.Mistake) async throws {
        try await withTemporaryFolder { folder in
            let result = try Tool.run(["tune"] + mistake.arguments, in: folder)
            #expect(result.status == mistake.status, "\(result.errors)")
            #expect(result.errors.contains(mistake.message), "\(result.errors)")
            #expect(result.output.isEmpty, "\(result.output)")
        }
    }
}

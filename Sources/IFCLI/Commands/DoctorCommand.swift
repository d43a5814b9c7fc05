import ArgumentParser
import Foundation
import IFAWS
import IFCore
import IFFiles
import IFPipeline
import IFStore

/// `insightflow doctor`: is everything here that the pipeline needs?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check toolchain, libraries, fonts and store access, and print how to mend what is missing.")

    @Option(name: .long, help: "Folder or s3:// location of the artifact store to check (default: insightflow-store).")
    var root: String?

    @Option(name: .long, help: "Configuration file to check.")
    var config: String?

    func run() async throws {
        let command = self
        try await guarded(Manner(afterInterrupt: "The checks were not finished.")) {
            var findings = Doctor.machine()
            findings.append(contentsOf: Doctor.libraries())
            findings.append(Doctor.fonts())
            // What is wrong with the file is told below.
            let parsed = command.config.flatMap { try? RecsysConfiguration.load($0).configuration }
            let environment = (parsed ?? .default).environment()
            findings.append(await Doctor.store(command.root ?? "insightflow-store", environment))
            if let config = command.config { findings.append(Doctor.configuration(config)) }
            for finding in findings {
                Terminal.say("\(finding.mark) \(finding.subject): \(finding.detail)")
                if let remedy = finding.remedy { Terminal.say("    fix: \(remedy)") }
            }
            let failed = findings.filter { $0.state == .bad }.count
            Terminal.say(failed == 0 ? "Everything needed is here." : "\(failed) problems.")
            if failed > 0 { throw ExitCode(69) }
        }
    }
}

/// The checks.
enum Doctor {
    enum State {
        case good, warning, bad
    }

    /// What a check found.
    struct Finding {
        var subject: String
        var state: State
        var detail: String
        var remedy: String?

        var mark: String {
            switch state {
            case .good: "✓"
            case .warning: "!"
            case .bad: "✗"
            }
        }
    }

    static func machine() -> [Finding] {
        let process = ProcessInfo.processInfo
        let swift = output(of: ["swift", "--version"])?.split(separator: "\n").first.map(String.init)
        return [
            Finding(
                subject: "machine", state: .good,
                detail: "\(process.activeProcessorCount) cores, \(Format.bytes(Int(process.physicalMemory))) memory, "
                    + process.operatingSystemVersionString),
            Finding(
                subject: "Swift", state: swift == nil ? .warning : .good,
                detail: swift ?? "not on PATH; only needed to build",
                remedy: swift == nil ? "install the Swift 6.3 toolchain from swift.org and put it on PATH" : nil),
        ]
    }

    /// The native libraries this program was linked with are there, or it would not run: their versions are told.
    static func libraries() -> [Finding] {
        [
            Finding(subject: "Apache Arrow", state: .good, detail: "\(NativeLibraries.arrow), linked"),
            Finding(subject: "ISA-L", state: .good, detail: "\(NativeLibraries.isal), linked"),
            Finding(subject: "OpenBLAS", state: .good, detail: NativeLibraries.openBLAS),
        ]
    }

    static func fonts() -> Finding {
        let family = output(of: ["fc-match", "-f", "%{family}", "Inter"])
        let isInter = family?.contains("Inter") ?? false
        return Finding(
            subject: "fonts", state: isInter ? .good : .warning,
            detail: isInter ? "Inter" : "Inter is not installed\(family.map { ", \($0) stands in" } ?? "")",
            remedy: isInter ? nil : "apt-get install fonts-inter fontconfig, or make setup")
    }

    static func store(_ root: String, _ environment: AWSEnvironment) async -> Finding {
        let probe = "doctor-probe-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            if case .s3(let place) = try StorePlace(root, name: "--root") {
                return try await bucket(place, environment)
            }
            let store = FolderStore(root: root)
            let existed = FileManager.default.fileExists(atPath: root)
            try await store.put(Data("probe".utf8), at: probe)
            let read = try await store.get(probe)
            try await store.delete(probe)
            // rmdir takes an empty folder only: another process may have begun to write.
            if !existed { _ = unsafe rmdir(root) }
            guard read == Data("probe".utf8) else {
                return Finding(
                    subject: "store", state: .bad, detail: "\(root) gives back other bytes than were written",
                    remedy: "check the disk")
            }
            let free = try? FileManager.default.attributesOfFileSystem(forPath: existed ? root : ".")[.systemFreeSize]
            let space = (free as? NSNumber).map { ", \(Format.bytes($0.intValue)) free" } ?? ""
            return Finding(subject: "store", state: .good, detail: "\(root) can be written and read\(space)")
        } catch {
            return Finding(
                subject: "store", state: .bad, detail: "\(error)",
                remedy: S3Location.isS3(root)
                    ? "mend what is named; AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL_S3 say whom to ask and where"
                    : "choose another folder with --root, or mend its permissions")
        }
    }

    /// Writes, reads and removes an object, and sees whether the server keeps conditions.
    private static func bucket(_ place: S3Location, _ environment: AWSEnvironment) async throws -> Finding {
        let store = try S3Store(place, session: AWSSession(environment: environment))
        let access = try await store.checkAccess()
        return Finding(
            subject: "store", state: access.keepsConditions ? .good : .warning,
            detail: "\(place) can be written and read"
                + (access.keepsConditions ? "" : "; the server does not keep conditions of writes"),
            remedy: access.keepsConditions
                ? nil : "let one process at a time write there, or use a server that keeps them")
    }

    static func configuration(_ path: String) -> Finding {
        do {
            _ = try RecsysConfiguration.load(path)
            return Finding(subject: "configuration", state: .good, detail: "\(path) is valid")
        } catch {
            return Finding(
                subject: "configuration", state: .bad, detail: "\(error)", remedy: "mend the lines named")
        }
    }

    /// Standard output of a command, `nil` where it is missing or fails.
    private static func output(of command: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}

extension RecsysConfiguration {
    /// Keys that are given and change nothing in this run: they belong to jobs and buckets, or name a place that is not
    /// used; then with the reason.
    ///
    /// - Parameters:
    ///   - input: The location that the caller names, as ``Pipeline`` takes it.
    ///   - root: Root of the artifact store that takes the place of every bucket; `nil` where buckets are meant.
    public func keysWithoutEffect(input: String? = nil, root: String?) -> [String] {
        let locations: [(String, String?)] = [
            ("s3.scripts_bucket", s3.scriptsBucket), ("s3.scripts_prefix", s3.scriptsPrefix),
            ("s3.clean_bucket", s3.cleanBucket), ("s3.curated_bucket", s3.curatedBucket),
        ]
        let source = inputSource(given: input, root: root)
        var keys = source.unusedKeys + ArtifactLayout.unusedKeys(self) + storageKeysWithoutEffect(source, root: root)
        keys += locations.filter { $0.1 != nil }.map(\.0)
        let plain = RecsysConfiguration.default
        if eval.mmr.itemVecSource != plain.eval.mmr.itemVecSource {
            keys.append("eval.mmr.item_vec_source (item vectors are the model's item factors)")
        }
        if aws != plain.aws { keys.append("aws") }
        if processing != plain.processing { keys.append("processing") }
        if training.instanceType != nil || training.instanceCount != nil { keys.append("training.instance_…") }
        if inference.instanceType != nil || inference.instanceCount != nil { keys.append("inference.instance_…") }
        return keys
    }
}

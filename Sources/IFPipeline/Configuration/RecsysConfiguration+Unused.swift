extension RecsysConfiguration {
    /// Keys that are given and change nothing in this version: they belong to jobs, buckets and charts.
    public var keysWithoutEffect: [String] {
        let locations: [(String, String?)] = [
            ("s3.raw_after_clean", s3.rawAfterClean), ("s3.raw_after_transformation", s3.rawAfterTransformation),
            ("s3.scripts_bucket", s3.scriptsBucket), ("s3.scripts_prefix", s3.scriptsPrefix),
            ("s3.clean_bucket", s3.cleanBucket), ("s3.curated_bucket", s3.curatedBucket),
            ("s3.order_products_prior", s3.orderProductsPrior), ("s3.order_products_train", s3.orderProductsTrain),
            ("s3.mice_orders_latest", s3.miceOrdersLatest), ("s3.ratings_latest", s3.ratingsLatest),
            ("s3.eval_charts_base", s3.evalChartsBase), ("reporting.eval_charts_root", reporting.evalChartsRoot),
        ]
        var keys = locations.filter { $0.1 != nil }.map(\.0)
        let plain = RecsysConfiguration.default
        if aws != plain.aws { keys.append("aws") }
        if processing != plain.processing { keys.append("processing") }
        if reporting.publishAfterEval { keys.append("reporting.publish_after_eval") }
        if training.instanceType != nil || training.instanceCount != nil { keys.append("training.instance_…") }
        if inference.instanceType != nil || inference.instanceCount != nil { keys.append("inference.instance_…") }
        return keys
    }
}

import Testing

@testable import HTTPAPI

struct MetricsTextTests {
    @Test func `numbers are written as Prometheus reads them`() {
        let metrics = [
            Metric("a_total", .counter, "What \\ it\nis.", 3),
            Metric("b", .gauge, "Two.", [.init(0.25, ["z": "a\"b\\c\nd", "x": "1"]), .init(-1e20)]),
            Metric("none", .gauge, "Left out.", []),
            Metric("c", .gauge, "Odd.", [.init(.nan), .init(.infinity, ["x": "1"])]),
        ]
        #expect(
            MetricsText.text(metrics) == """
                # HELP a_total What \\\\ it\\nis.
                # TYPE a_total counter
                a_total 3
                # HELP b Two.
                # TYPE b gauge
                b{x="1",z="a\\"b\\\\c\\nd"} 0.25
                b -1e+20
                # HELP c Odd.
                # TYPE c gauge
                c NaN
                c{x="1"} +Inf

                """)
    }
}

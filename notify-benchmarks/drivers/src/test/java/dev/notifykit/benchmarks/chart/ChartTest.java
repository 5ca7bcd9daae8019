package dev.notifykit.benchmarks.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.notifykit.benchmarks.chart.Panel.Kind;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {

    private static final Line OURS = Line.of("ours <& theirs>", Style.solid("#0550ae"), 10, 20, 40);
    private static final Line PEER = Line.of("a \"peer\"", Style.dashed("#54aeff"), 5, Double.NaN, 80);

    @Test
    void everySeriesHasItsPointsWhatEverTheyAreDrawnAs() throws Exception {
        for (Kind kind : Kind.values()) {
            Document svg = read(chart(kind).svg());

            assertThat(series(svg))
                    .extracting(g -> g.getAttribute("data-label"))
                    .containsExactly(OURS.label(), PEER.label());
            assertThat(points(series(svg).get(0))).as("%s", kind).hasSize(3);
            assertThat(points(series(svg).get(1))).as("%s", kind).hasSize(2);
        }
    }

    @Test
    void aPointStandsWhereItsValueIs() throws Exception {
        List<Element> ours = points(series(read(chart(Kind.LINES).svg())).get(0));

        double lowest = Double.parseDouble(ours.get(0).getAttribute("cy"));
        double middle = Double.parseDouble(ours.get(1).getAttribute("cy"));
        double highest = Double.parseDouble(ours.get(2).getAttribute("cy"));
        assertThat(middle - highest).isCloseTo(2 * (lowest - middle), within(0.3));
        List<Element> bars = points(series(read(chart(Kind.BARS).svg())).get(0));
        assertThat(Double.parseDouble(bars.get(2).getAttribute("height")))
                .isCloseTo(4 * Double.parseDouble(bars.get(0).getAttribute("height")), within(0.3));
        List<Element> ratios = points(series(read(chart(Kind.LOG_LINES).svg())).get(0));
        assertThat(Double.parseDouble(ratios.get(0).getAttribute("cy"))
                        - Double.parseDouble(ratios.get(1).getAttribute("cy")))
                .as("twice as much is as far everywhere")
                .isCloseTo(
                        Double.parseDouble(ratios.get(1).getAttribute("cy"))
                                - Double.parseDouble(ratios.get(2).getAttribute("cy")),
                        within(0.3));
    }

    @Test
    void titleAxesUnitsAndLegendAreSaidOnABackgroundOfItsOwn() throws Exception {
        Document svg = read(chart(Kind.LINES).svg());

        List<String> texts =
                elements(svg, "text").stream().map(Element::getTextContent).toList();
        assertThat(texts)
                .contains("Rates", "small", "messages in flight", "messages/s", "500", "1,000", "4,000")
                .contains(OURS.label(), PEER.label(), "Medians.");
        Element paper = elements(svg, "rect").get(0);
        assertThat(paper.getAttribute("fill")).isEqualTo("#ffffff");
        assertThat(paper.getAttribute("width"))
                .isEqualTo(svg.getDocumentElement().getAttribute("width"));
        assertThat(chart(Kind.LINES).svg()).doesNotContain("@import", "href", "font-face", "url(");
    }

    @Test
    void itIsTheSameEveryTimeAndEverywhere() {
        String here = chart(Kind.LOG_LINES).svg();
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(chart(Kind.LOG_LINES).svg()).isEqualTo(here);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void nothingIsDrawnOutsideOfThePicture() throws Exception {
        for (Kind kind : Kind.values()) {
            Document svg = read(chart(kind).svg());
            double width = Double.parseDouble(svg.getDocumentElement().getAttribute("width"));
            double height = Double.parseDouble(svg.getDocumentElement().getAttribute("height"));
            for (String name : List.of("x", "cx", "x1", "x2", "y", "cy", "y1", "y2")) {
                for (Element element : elements(svg, "*")) {
                    if (element.hasAttribute(name)) {
                        assertThat(Double.parseDouble(element.getAttribute(name)))
                                .as("%s of %s", name, element.getTagName())
                                .isBetween(0.0, name.contains("x") ? width : height);
                    }
                }
            }
        }
    }

    @Test
    void aSeriesHasAValueForEachPlace() {
        assertThatThrownBy(() -> new Panel("small", "x", "y", List.of("1"), List.of(OURS), Kind.LINES))
                .hasMessageContaining(OURS.label());
    }

    private static Chart chart(Kind kind) {
        Panel panel = new Panel(
                "small",
                "messages in flight",
                "messages/s",
                List.of("500", "1,000", "4,000"),
                List.of(OURS, PEER),
                kind);
        return new Chart("Rates", "Medians.", List.of(panel));
    }

    private static Document read(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> series(Document svg) {
        return elements(svg, "g").stream()
                .filter(g -> g.getAttribute("class").equals("series"))
                .toList();
    }

    private static List<Element> points(Element series) {
        return list(series.getElementsByTagName("*")).stream()
                .filter(e -> e.getAttribute("class").equals("point"))
                .toList();
    }

    private static List<Element> elements(Document svg, String name) {
        return list(svg.getElementsByTagName(name));
    }

    private static List<Element> list(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}

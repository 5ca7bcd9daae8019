package dev.notifykit.testkit.internal.control;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.notifykit.testkit.journal.Journal;
import dev.notifykit.testkit.journal.JournalSummary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plain HTTP on loopback for the process that started the simulators: {@code GET /journal/summary}, {@code GET
 * /journal/ids?provider=apns}, {@code POST /shutdown}.
 */
public final class ControlEndpoint implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Journal> journals;
    private final Runnable onShutdown;

    /** Starts to listen on a free port. */
    public ControlEndpoint(Map<String, Journal> journals, Runnable onShutdown) {
        this.journals = Map.copyOf(journals);
        this.onShutdown = onShutdown;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("no loopback port for the control endpoint", e);
        }
        server.createContext("/journal/summary", only("GET", this::summary));
        server.createContext("/journal/ids", only("GET", this::ids));
        server.createContext("/shutdown", only("POST", this::shutdown));
        server.start();
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void summary(HttpExchange exchange) throws IOException {
        JsonObject json = new JsonObject();
        journals.forEach((provider, journal) -> json.add(provider, json(journal.summary())));
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Lines of {@code id TAB count TAB token}. */
    private void ids(HttpExchange exchange) throws IOException {
        Journal journal = journalOf(exchange.getRequestURI().getQuery());
        if (journal == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, 0); // chunked: a million lines are not held in memory
        try (Writer out = new BufferedWriter(
                new OutputStreamWriter(exchange.getResponseBody(), StandardCharsets.UTF_8), 1 << 16)) {
            journal.forEach(entry -> write(out, entry.id() + '\t' + entry.count() + '\t' + entry.token() + '\n'));
        }
    }

    private @Nullable Journal journalOf(@Nullable String query) {
        String prefix = "provider=";
        return query != null && query.startsWith(prefix) ? journals.get(query.substring(prefix.length())) : null;
    }

    private void shutdown(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
        onShutdown.run();
    }

    private static void write(Writer out, String line) {
        try {
            out.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject json(JournalSummary summary) {
        JsonObject json = new JsonObject();
        json.addProperty("accepted", summary.accepted());
        json.addProperty("distinctIds", summary.distinctIds());
        json.addProperty("duplicates", summary.duplicates());
        json.addProperty("withoutId", summary.withoutId());
        json.addProperty("dryRuns", summary.dryRuns());
        JsonObject rejected = new JsonObject();
        summary.rejected().forEach(rejected::addProperty);
        json.add("rejected", rejected);
        return json;
    }

    private static HttpHandler only(String method, HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                if (method.equals(exchange.getRequestMethod())) {
                    handler.handle(exchange);
                } else {
                    exchange.sendResponseHeaders(405, -1);
                }
            }
        };
    }
}

package dev.notifykit.testkit.internal.server;

import dev.notifykit.testkit.journal.RecordedRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the last requests. Thread-safe. */
final class RequestRecorder {
    private final int capacity;
    private final Deque<RecordedRequest> requests = new ArrayDeque<>();

    RequestRecorder(int capacity) {
        this.capacity = capacity;
    }

    void record(Request request, int connection) {
        if (capacity == 0) {
            return;
        }
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> {
            if (header.getKey().length() > 0 && header.getKey().charAt(0) != ':') {
                headers.put(header.getKey().toString(), header.getValue().toString());
            }
        });
        RecordedRequest recorded =
                new RecordedRequest(request.method(), request.path(), headers, request.bodyText(), connection);
        synchronized (requests) {
            if (requests.size() == capacity) {
                requests.removeFirst();
            }
            requests.addLast(recorded);
        }
    }

    List<RecordedRequest> snapshot() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }
}

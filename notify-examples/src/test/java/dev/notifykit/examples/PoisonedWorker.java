package dev.notifykit.examples;

import dev.notifykit.push.ProviderId;
import dev.notifykit.push.PushRequest;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.PushService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A {@link QueueWorker} that dies of one message, and notes before that it has come. */
final class PoisonedWorker {

    /** To whom that message goes. */
    static final String ADDRESS = "f".repeat(64);

    private static final int DEAD = 9;

    private PoisonedWorker() {}

    public static void main(String[] args) throws Exception {
        Path deaths = deaths(FleetPlan.load(Path.of(args[0])));
        QueueWorker.work(args, service -> new DiesOfOne(service, deaths));
    }

    /** A file with a line for each time that the message has come. */
    static Path deaths(FleetPlan plan) {
        return plan.results().resolveSibling("deaths");
    }

    private record DiesOfOne(PushService service, Path deaths) implements PushService {

        @Override
        public ProviderId provider() {
            return service.provider();
        }

        @Override
        public int maxInFlight() {
            return service.maxInFlight();
        }

        @Override
        public CompletableFuture<PushResponse> push(PushRequest request) {
            if (request.target().address().equals(ADDRESS)) {
                try {
                    Files.writeString(deaths, "dead\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                Runtime.getRuntime().halt(DEAD);
            }
            return service.push(request);
        }

        @Override
        public Optional<PushResponse.Rejected> check(PushRequest request) {
            return service.check(request);
        }

        @Override
        public void close() {
            service.close();
        }
    }
}

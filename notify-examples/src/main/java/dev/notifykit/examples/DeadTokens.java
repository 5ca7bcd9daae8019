package dev.notifykit.examples;

import dev.notifykit.observe.PushListener;
import dev.notifykit.push.PushResponse;
import dev.notifykit.push.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a host would delete tokens: it is told of each one that is surely dead. Here they are counted, and written to a file if
 * there is one: app, provider, token, and the time before which it must have been registered to be deleted.
 */
final class DeadTokens implements PushListener, AutoCloseable {

    private final @Nullable PrintWriter file;
    private final AtomicLong count = new AtomicLong();

    /**
     * Opens the file.
     *
     * @param file where to write; null: nowhere
     */
    DeadTokens(@Nullable Path file) throws IOException {
        this.file = file == null ? null : new PrintWriter(file.toFile(), StandardCharsets.UTF_8);
        if (this.file != null) {
            this.file.println("app,provider,token,registered_before");
        }
    }

    @Override
    public void onTokenDead(Target target, PushResponse.TokenInvalid response, Instant attemptAt) {
        Instant since = response.invalidSince() != null ? response.invalidSince() : attemptAt;
        if (file != null) {
            file.println(target.app() + "," + target.provider() + "," + target.address() + "," + since);
        }
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }

    @Override
    public void close() throws IOException {
        if (file != null && file.checkError()) {
            throw new IOException("the file of dead tokens could not be written");
        }
        if (file != null) {
            file.close();
        }
    }
}

package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The clients of a test, which are let go after it, and the threads of their hosts, which must come to their ends. Registered for a whole class. */
final class CrashClients<C extends CrashClient> implements AfterEachCallback, AfterAllCallback {

    private static final int MOST_SECONDS = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, CrashScene.THREADS + "host");
        thread.setDaemon(true);
        return thread;
    });

    private final List<C> clients = new ArrayList<>();

    Executor threads() {
        return threads;
    }

    C add(C client) {
        clients.add(client);
        return client;
    }

    List<C> all() {
        return clients;
    }

    /** Lets all go; answers how many have met their fate. */
    int bury() {
        int met = (int) clients.stream().filter(CrashClient::hasMet).count();
        clients.forEach(CrashClient::bury);
        clients.clear();
        return met;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        bury();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}

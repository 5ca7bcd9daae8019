package dev.notifykit.internal;

import dev.notifykit.device.Device;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Devices;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import dev.notifykit.topic.TopicStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The client's devices as the host sees them. */
record DeviceDesk(DeviceStore store, TopicStore topics, HostFutures futures) implements Devices {

    @Override
    public CompletableFuture<Registration> register(Device device) {
        return futures.of(store.register(device));
    }

    @Override
    public CompletableFuture<Boolean> unregister(UserId user, AppId app, InstallationId installation) {
        return futures.of(store.unregister(user, app, installation));
    }

    @Override
    public CompletableFuture<Boolean> unregister(UserId user, Target target) {
        return futures.of(store.unregister(user, target));
    }

    @Override
    public CompletableFuture<Boolean> seen(Target target, Instant at) {
        return futures.of(store.seen(target, at));
    }

    @Override
    public CompletableFuture<List<Device>> of(UserId user) {
        return futures.of(store.devicesOf(user));
    }

    @Override
    public CompletableFuture<List<Device>> of(UserId user, AppId app) {
        return futures.of(store.devicesOf(user, app));
    }

    /** The devices first: from then on nothing reaches the user, whatever becomes of the rest. */
    @Override
    public CompletableFuture<Integer> erase(UserId user) {
        return futures.of(
                store.erase(user).thenCompose(devices -> topics.erase(user).thenApply(subscriptions -> devices)));
    }
}

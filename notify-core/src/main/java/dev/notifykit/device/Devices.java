package dev.notifykit.device;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A client's devices, as its host uses them: {@link DeviceStore}, whose rules hold here too, with futures that complete on the client's callback
 * executor, where what hangs on them may block. A token that a provider calls dead is removed by the client itself, once its sender is above suspicion.
 *
 * <p>Thread-safe. A future fails with {@link DeviceStoreUnavailableException} when the store cannot say; every call may be repeated.
 */
public interface Devices {

    /**
     * Registers a device, on login and whenever the app hands over its token.
     *
     * @param device what is known of it
     * @return what was changed
     */
    CompletableFuture<Registration> register(Device device);

    /**
     * Removes an installation, on logout.
     *
     * @param user who logs out
     * @param app of which app
     * @param installation on which installation
     * @return whether the user had it
     */
    CompletableFuture<Boolean> unregister(UserId user, AppId app, InstallationId installation);

    /**
     * Removes a target, where the host has no name for the installation.
     *
     * @param user who logs out
     * @param target the token
     * @return whether the user had it
     */
    CompletableFuture<Boolean> unregister(UserId user, Target target);

    /**
     * Notes a sign of life, such as the start of the app.
     *
     * @param target who was seen
     * @param at when
     * @return whether it is registered
     */
    CompletableFuture<Boolean> seen(Target target, Instant at);

    /**
     * The devices of a user, of all apps.
     *
     * @param user the user
     * @return those that were seen most recently first
     */
    CompletableFuture<List<Device>> of(UserId user);

    /**
     * The devices of a user, of one app.
     *
     * @param user the user
     * @param app the app
     * @return those that were seen most recently first
     */
    CompletableFuture<List<Device>> of(UserId user, AppId app);

    /**
     * Removes everything that is kept of a user: devices, and the subscriptions to topics.
     *
     * @param user the user
     * @return how many devices that were
     */
    CompletableFuture<Integer> erase(UserId user);

    /**
     * The store behind it, for what a host does now and then: sweeps, repairs, listings, audiences. Its stages end on the store's own thread.
     *
     * @return the store; it belongs to the client as it did before
     */
    DeviceStore store();
}

package dev.notifykit.testkit.contract;

import dev.notifykit.device.Device;
import dev.notifykit.device.DevicePage;
import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.InstallationId;
import dev.notifykit.device.Registration;
import dev.notifykit.device.Repair;
import dev.notifykit.device.RepairReport;
import dev.notifykit.device.Scan;
import dev.notifykit.device.StaleSweep;
import dev.notifykit.device.SweepReport;
import dev.notifykit.device.TokenVerdict;
import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A sound store, for subclasses that break one rule of it. */
class FaultyDeviceStore implements DeviceStore {

    final DeviceStore sound;

    FaultyDeviceStore(DeviceStore sound) {
        this.sound = sound;
    }

    @Override
    public CompletionStage<Registration> register(Device device) {
        return sound.register(device);
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, AppId app, InstallationId installation) {
        return sound.unregister(user, app, installation);
    }

    @Override
    public CompletionStage<Boolean> unregister(UserId user, Target target) {
        return sound.unregister(user, target);
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user) {
        return sound.devicesOf(user);
    }

    @Override
    public CompletionStage<List<Device>> devicesOf(UserId user, AppId app) {
        return sound.devicesOf(user, app);
    }

    @Override
    public CompletionStage<Optional<Device>> find(Target target) {
        return sound.find(target);
    }

    @Override
    public CompletionStage<Optional<Device>> find(AppId app, InstallationId installation) {
        return sound.find(app, installation);
    }

    @Override
    public CompletionStage<DevicePage> devices(AppId app, Scan scan) {
        return sound.devices(app, scan);
    }

    @Override
    public CompletionStage<DevicePage> devices(Scan scan) {
        return sound.devices(scan);
    }

    @Override
    public CompletionStage<RepairReport> repair(Repair repair) {
        return sound.repair(repair);
    }

    @Override
    public CompletionStage<Boolean> seen(Target target, Instant at) {
        return sound.seen(target, at);
    }

    @Override
    public CompletionStage<Integer> erase(UserId user) {
        return sound.erase(user);
    }

    @Override
    public CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict) {
        return sound.verdict(verdict);
    }

    @Override
    public CompletionStage<Set<Target>> dead(Collection<Target> targets) {
        return sound.dead(targets);
    }

    @Override
    public CompletionStage<SweepReport> sweepStale(StaleSweep sweep) {
        return sound.sweepStale(sweep);
    }

    @Override
    public void close() {
        sound.close();
    }
}

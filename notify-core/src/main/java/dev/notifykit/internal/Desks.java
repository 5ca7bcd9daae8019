package dev.notifykit.internal;

import dev.notifykit.device.DeviceStore;
import dev.notifykit.device.Devices;
import dev.notifykit.device.InMemoryDeviceStore;
import dev.notifykit.time.TimeSource;
import dev.notifykit.topic.InMemoryTopicStore;
import dev.notifykit.topic.TopicStore;
import dev.notifykit.topic.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's devices and topics: the stores, and the host's and the providers' ways to them. Thread-safe. */
final class Desks {

    private final DeviceStore devices;
    private final TopicStore topics;
    private final TokenVerdicts verdicts;

    /** Nobody else can register with a store of our own. */
    private volatile boolean used;

    Desks(@Nullable DeviceStore devices, @Nullable TopicStore topics, TimeSource time) {
        used = devices != null;
        this.devices = devices == null ? new InMemoryDeviceStore(time) : devices;
        this.topics = topics == null ? new InMemoryTopicStore(time) : topics;
        verdicts = new TokenVerdicts(this.devices, () -> used);
    }

    DeviceStore store() {
        return devices;
    }

    TopicStore topicStore() {
        return topics;
    }

    TokenVerdicts verdicts() {
        return verdicts;
    }

    Devices devices(HostFutures futures) {
        used = true;
        return new DeviceDesk(devices, topics, futures);
    }

    Topics topics(HostFutures futures) {
        return new TopicDesk(topics, devices, futures);
    }

    List<AutoCloseable> stores() {
        return List.of(devices, topics);
    }
}

package dev.notifykit.push;

import dev.notifykit.codec.PackReader;
import dev.notifykit.codec.PackWriter;

/** Packs {@link StampOptions}. Installed for the provider {@code stamp}. */
public class StampFormat implements ProviderOptionsFormat {

    private final ProviderId provider;

    public StampFormat() {
        this(ProviderId.of("stamp"));
    }

    public StampFormat(ProviderId provider) {
        this.provider = provider;
    }

    @Override
    public ProviderId provider() {
        return provider;
    }

    @Override
    public Class<StampOptions> type() {
        return StampOptions.class;
    }

    @Override
    public void write(ProviderOptions options, PackWriter out) {
        StampOptions stamp = (StampOptions) options;
        out.text(stamp.text()).number(stamp.number()).decimal(stamp.fraction());
    }

    @Override
    public ProviderOptions read(PackReader in) {
        return new StampOptions(provider, in.text(), in.number(), in.decimal());
    }
}

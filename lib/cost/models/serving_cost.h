#pragma once

namespace assay {

/// Money per million tokens = price of a device-hour / (tokens a second * 3600 * utilisation) *
/// 1e6. `utilisation` (0 to 1) is the share of the hours in which the device serves paid tokens at
/// that rate. Leaves out staff, network and the model's training. Source: unit arithmetic.
double serving_cost_per_mtoken(double price_per_device_hour, double tokens_per_second,
                               double utilisation);

/// The tokens a second, per device, at which a price per million tokens pays for the device.
double break_even_rate(double price_per_device_hour, double price_per_mtoken);

/// The most tokens a second that a device can do: FLOP/s / (2 N), one forward pass a token. Memory
/// bandwidth, attention and the network allow less; nothing allows more. Source: Kaplan et al.,
/// arXiv 2001.08361, section 2.1 (2 N per token forward).
double highest_token_rate(double flops_per_second, double matmul_params);

}  // namespace assay

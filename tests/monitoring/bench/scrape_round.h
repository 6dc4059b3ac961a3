#pragma once

#include <cstdint>

namespace assay {

/// What fifty scrapers saw that asked at once.
struct ScrapeRound {
  int answered = 0;
  double slowest_s = 0;
};

/// Fifty scrapes of 127.0.0.1:port at once, beside a hundred connections that say nothing.
ScrapeRound scrape_fifty_times(uint16_t port);

}  // namespace assay

#pragma once

#include <cstdint>
#include <string>

#include "config/config.h"
#include "config/key_conflict.h"
#include "units/quantity.h"

namespace assay {

/// Where a run shows its metrics.
struct MetricsConfig {
  std::string address = "127.0.0.1:9464";
  Seconds linger{30.0};
  std::string textfile;
  std::string pushgateway;
  std::string user;
  std::string password_file;

  template <class V>
  void fields(V& visit) {
    visit(
        "address", address,
        "HOST:PORT of http://HOST:PORT/metrics, each further rank of a node one port higher; off: "
        "no endpoint",
        non_empty());
    visit("linger", linger,
          "after the last step, how long to wait for one more scrape; not at all where nobody "
          "scraped",
          between(0, 3600));
    visit("textfile", textfile,
          "file for node_exporter's textfile collector (*.prom), written at the end of the run");
    visit(
        "pushgateway", pushgateway,
        "http://HOST:PORT of a Pushgateway that gets the last values once, at the end of the run; "
        "assay forget takes them away");
    visit("user", user, "name that a scraper must show (HTTP basic authentication); empty: none");
    visit("password_file", password_file, "file whose first line is the password of metrics.user");
  }
  void validate(const FieldPlaces& at) const {
    if (user.empty() != password_file.empty()) {
      fail_among(at, {"user", "password_file"},
                 "metrics.user and metrics.password_file want one another");
    }
  }
};

}  // namespace assay

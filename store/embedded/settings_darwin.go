package embedded

func platformSettings() []setting { return nil }

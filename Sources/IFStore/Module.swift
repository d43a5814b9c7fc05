// Sources of IFStore.
